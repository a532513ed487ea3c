import type { Page } from 'playwright-core';
import { figure, picker, rows } from './dashboard-page.ts';

/** A view of the gallery, and how it gets into the state that the picture shows. */
export type GalleryView = {
  name: string;
  path: string;
  /** `empty` has no payments. Default: `full`. */
  state?: 'full' | 'empty';
  /** The beginnings of the looks in which the picture is taken. Default: all of them. */
  looks?: readonly string[];
  isSignedOut?: boolean;
  isOffline?: boolean;
  ready(page: Page): Promise<unknown>;
  act?(page: Page): Promise<unknown>;
};

const overview = async (page: Page) => {
  await figure(page, 'Revenue').getByText(/\d/).waitFor();
  await page.getByRole('heading', { name: 'Payment methods' }).waitFor();
  await page.getByText('%').first().waitFor();
};
const payments = (page: Page) => rows(page).first().waitFor();
const text = (wanted: string | RegExp) => (page: Page) => page.getByText(wanted).first().waitFor();
const click = (name: string | RegExp) => (page: Page) => page.getByRole('button', { name }).first().click();
const openFirst = (page: Page) => rows(page).first().getByRole('link').click();
const few = ['light', 'phone-dark'];

export const views: readonly GalleryView[] = [
  { name: 'sign-in', path: '/', isSignedOut: true, ready: text('Sign in'), act: text('Sign in') },
  {
    name: 'sign-in-wrong',
    path: '/',
    isSignedOut: true,
    looks: few,
    ready: text('Sign in'),
    act: async (page) => {
      await page.getByLabel('User name').fill('admin');
      await page.getByLabel('Password').fill('not the password');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('alert').first().waitFor();
    },
  },
  { name: 'overview', path: '/', ready: overview },
  { name: 'overview-offline', path: '/', isOffline: true, looks: few, ready: overview },
  { name: 'overview-zone', path: '/?timeZone=Mars%2FOlympus', looks: few, ready: overview },
  { name: 'overview-empty', path: '/', state: 'empty', looks: few, ready: text('$0.00') },
  { name: 'payments', path: '/payments', ready: payments },
  {
    name: 'payments-filtered',
    path: '/payments?search=%26&method=bank_transfer&status=failed&from=2026-01-01&currency=USD&min=10&max=5000',
    ready: payments,
  },
  { name: 'payments-page', path: '/payments?page=3', looks: ['light'], ready: payments, act: scrollDown },
  {
    name: 'payments-none',
    path: '/payments?search=zzzzzzzz',
    looks: few,
    ready: text('No matching payments'),
  },
  { name: 'payments-cursor', path: '/payments?cursor=zzz', looks: few, ready: text('can’t be found') },
  { name: 'payments-offline', path: '/payments', isOffline: true, looks: few, ready: payments },
  {
    name: 'payments-offline-search',
    path: '/payments',
    isOffline: true,
    looks: ['light'],
    ready: payments,
    act: async (page) => {
      await page.getByRole('searchbox').fill('gmbh');
      await page.waitForURL('**search=gmbh');
    },
  },
  { name: 'payments-empty', path: '/payments', state: 'empty', looks: few, ready: text('No payments yet') },
  { name: 'payments-status', path: '/payments', looks: few, ready: payments, act: click('Status') },
  { name: 'payments-date', path: '/payments', looks: few, ready: payments, act: click('Date') },
  {
    name: 'payments-currency',
    path: '/payments',
    looks: few,
    ready: payments,
    act: (page) => picker(page, 'Currency').click(),
  },
  { name: 'payment-pending', path: '/payments?status=pending', ready: payments, act: openAndWait },
  { name: 'payment-failed', path: '/payments?status=failed', ready: payments, act: openAndWait },
  { name: 'payment-dead', path: '/payments?payment=nope', looks: few, ready: text('Payment not found') },
  {
    name: 'payment-marks-failed',
    path: '/payments?status=pending',
    looks: few,
    ready: payments,
    act: async (page) => {
      await openAndWait(page);
      await page.getByRole('button', { name: 'Mark as failed…' }).click();
    },
  },
  {
    name: 'payment-edit',
    path: '/payments',
    looks: few,
    ready: payments,
    act: async (page) => {
      await openAndWait(page);
      await page.getByRole('button', { name: /Correct|Edit/ }).click();
    },
  },
  { name: 'new-payment', path: '/payments', ready: payments, act: click('New payment') },
  {
    name: 'new-payment-wrong',
    path: '/payments',
    looks: few,
    ready: payments,
    act: async (page) => {
      await click('New payment')(page);
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Amount').fill('abc');
      await dialog.getByRole('button', { name: /Create|Record|New payment/ }).click();
    },
  },
  { name: 'users', path: '/users', ready: text('signed in') },
  { name: 'users-role', path: '/users', looks: few, ready: text('signed in'), act: chooseRole },
  { name: 'settings', path: '/settings', ready: text('Default currency') },
  {
    name: 'password-link-used',
    path: `/set-password#${'x'.repeat(43)}`,
    looks: few,
    isSignedOut: true,
    ready: text('This link can’t be used'),
  },
  { name: 'import', path: '/import', ready: text(/drop|choose/i) },
  { name: 'audit', path: '/audit', ready: text('Server started') },
  { name: 'unknown', path: '/nope', looks: few, ready: text(/not found|does not exist/i) },
  { name: 'account', path: '/', looks: few, ready: overview, act: click('Account') },
  { name: 'shortcuts', path: '/payments', ready: payments, act: (page) => page.keyboard.press('?') },
];

async function scrollDown(page: Page): Promise<void> {
  await page.evaluate('window.scrollTo(0, document.body.scrollHeight)');
}

async function openAndWait(page: Page): Promise<void> {
  await openFirst(page);
  await page.getByText('History').waitFor();
  await page.locator('.history li').first().waitFor();
}

async function chooseRole(page: Page): Promise<void> {
  await page.getByLabel('Role of vera.viewer').selectOption('admin');
  await page.getByRole('dialog').or(page.getByRole('alertdialog')).first().waitFor();
}
