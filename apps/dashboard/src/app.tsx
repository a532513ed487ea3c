import { CSPProvider } from '@base-ui/react/csp-provider';
import { QueryClientProvider } from '@tanstack/react-query';
import { Compass } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { Link, Route, Switch, useLocation } from 'wouter';
import { queryClient } from './client.ts';
import { OverviewView } from './overview/overview-view.tsx';
import { ConfirmPasswordDialog } from './session/confirm-password-dialog.tsx';
import { SessionGate } from './session/session-gate.tsx';
import { AppShell, ViewHead } from './shell/app-shell.tsx';
import { ViewBoundary } from './shell/view-boundary.tsx';
import { Notice } from './ui/card.tsx';
import { Toasts } from './ui/toasts.tsx';

const PaymentsView = lazy(async () => ({
  default: (await import('./payments/payments-view.tsx')).PaymentsView,
}));
const AuditView = lazy(async () => ({ default: (await import('./audit/audit-view.tsx')).AuditView }));
const SettingsView = lazy(async () => ({
  default: (await import('./settings/settings-view.tsx')).SettingsView,
}));
const SetPasswordView = lazy(async () => ({
  default: (await import('./set-password/set-password-view.tsx')).SetPasswordView,
}));
const ImportView = lazy(async () => ({ default: (await import('./import/import-view.tsx')).ImportView }));
const UsersView = lazy(async () => ({ default: (await import('./users/users-view.tsx')).UsersView }));

/** The whole page: the sign-in form, or the view that the address names. */
export function App() {
  const [location] = useLocation();
  return (
    // The page's content security policy forbids style elements; base.css has the styles that they would hold.
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={queryClient}>
        <Toasts>
          {location === '/set-password' ? (
            <Suspense>
              <SetPasswordView />
            </Suspense>
          ) : (
            <SessionGate>
              {(user) => (
                <AppShell user={user}>
                  <ConfirmPasswordDialog />
                  <ViewBoundary key={location}>
                    <Suspense>
                      <Switch>
                        <Route path="/">
                          <OverviewView />
                        </Route>
                        <Route path="/payments">
                          <PaymentsView user={user} />
                        </Route>
                        <Route path="/users">
                          <UsersView user={user} />
                        </Route>
                        <Route path="/import">
                          <ImportView user={user} />
                        </Route>
                        <Route path="/audit">
                          <AuditView user={user} />
                        </Route>
                        <Route path="/settings">
                          <SettingsView user={user} />
                        </Route>
                        <Route>
                          <ViewHead title="Page not found" />
                          <section className="card">
                            <Notice
                              icon={Compass}
                              title="There is no page at this address"
                              action={<Link href="/">Go to the overview</Link>}
                            >
                              The link is misspelled, or from another version of Paydeck.
                            </Notice>
                          </section>
                        </Route>
                      </Switch>
                    </Suspense>
                  </ViewBoundary>
                </AppShell>
              )}
            </SessionGate>
          )}
        </Toasts>
      </QueryClientProvider>
    </CSPProvider>
  );
}
