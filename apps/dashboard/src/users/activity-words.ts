import type { AuditAction, AuditDetail, AuditEntry } from '@paydeck/contract/audit';
import { isRole } from '@paydeck/contract/users';
import { roleNouns } from '../ui/role-options.tsx';

type Write = (subject: string, entry: AuditEntry) => string;

/** The action in words, for a sentence that begins with its author. `subject` is the name of the user it was done to. */
const words = {
  'user.login': () => 'signed in',
  'user.logout': () => 'signed out',
  'user.create': (subject, { details }) =>
    `added ${subject}${isRole(details.role) ? ` as ${roleNouns[details.role]}` : ''}`,
  'user.update': changeInWords,
  'user.delete': (subject, { details }) =>
    details.outcome === 'deactivated' ? `deactivated ${subject}` : `deleted ${subject}`,
  'user.reset_password': (subject) => `set a new password for ${subject}`,
  'user.change_password': () => 'changed their password',
  'second_factor.add': () => 'added a second factor',
  'second_factor.remove': () => 'removed their second factor',
  'user.remove_second_factor': (subject) => `removed the second factor of ${subject}`,
  'user.create_password_link': (subject) => `made a password link for ${subject}`,
  'user.revoke_password_link': (subject) => `revoked the password link of ${subject}`,
  'user.use_password_link': () => 'set a password with a link',
} satisfies Partial<Record<AuditAction, Write>>;

/** The actions that the card shows. */
export const shownActions = Object.keys(words);

const writers = new Map<string, Write>(Object.entries(words));

/** An entry as a sentence. The server itself creates the first admin, and its operator removes second factors. */
export function activityInWords(entry: AuditEntry): { who: string; what: string } {
  const { actor, subject, details, action } = entry;
  const named = typeof details.username === 'string' ? details.username : null;
  const name = subject?.name ?? named ?? 'a deleted user';
  return {
    who: actor?.username ?? 'The server',
    what: writers.get(action)?.(name, entry) ?? action,
  };
}

function changeInWords(subject: string, { details }: AuditEntry): string {
  const from = accessIn(details.from);
  const to = accessIn(details.to);
  const role = to.role !== from.role && isRole(to.role) ? [`made ${subject} ${roleNouns[to.role]}`] : [];
  const active = to.active === from.active ? [] : [`${to.active ? 'activated' : 'deactivated'} ${subject}`];
  return [...role, ...active].join(' and ');
}

const accessIn = (detail: AuditDetail | undefined): { role?: unknown; active?: unknown } =>
  typeof detail === 'object' && detail !== null && !Array.isArray(detail) ? detail : {};
