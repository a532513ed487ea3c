import { apiKeyList, createdApiKey } from '@paydeck/api/api-keys-schema';
import { auditCheck } from '@paydeck/api/audit-schema';
import { profile } from '@paydeck/api/auth-schema';
import {
  checkedPasswordLink,
  createdPasswordLink,
  passwordLinkList,
  passwordSet,
} from '@paydeck/api/password-links-schema';
import { currenciesInUse, payment } from '@paydeck/api/payments-schema';
import { newRecoveryCodes, pendingTotp, secondFactorState } from '@paydeck/api/second-factor-schema';
import { endedSessions, sessionList } from '@paydeck/api/sessions-schema';
import { dashboard, failures, overview, revenue } from '@paydeck/api/stats-schema';
import { deletedUser, user, userList } from '@paydeck/api/users-schema';
import { z } from 'zod';
import { auditList, failure, paymentList, session } from '../shapes.ts';

/** The name of each reply's schema in the document. References use this name. */
export const replySchemas = z
  .registry<{ id: string }>()
  .add(payment, { id: 'Payment' })
  .add(paymentList, { id: 'PaymentList' })
  .add(currenciesInUse, { id: 'Currencies' })
  .add(dashboard, { id: 'DashboardStats' })
  .add(revenue, { id: 'RevenueStats' })
  .add(failures, { id: 'FailureStats' })
  .add(overview, { id: 'OverviewStats' })
  .add(session, { id: 'Session' })
  .add(profile, { id: 'Profile' })
  .add(secondFactorState, { id: 'SecondFactor' })
  .add(pendingTotp, { id: 'PendingAuthenticator' })
  .add(newRecoveryCodes, { id: 'RecoveryCodes' })
  .add(user, { id: 'User' })
  .add(userList, { id: 'UserList' })
  .add(deletedUser, { id: 'DeletedUser' })
  .add(passwordLinkList, { id: 'PasswordLinkList' })
  .add(createdPasswordLink, { id: 'CreatedPasswordLink' })
  .add(checkedPasswordLink, { id: 'CheckedPasswordLink' })
  .add(passwordSet, { id: 'PasswordSet' })
  .add(sessionList, { id: 'SessionList' })
  .add(endedSessions, { id: 'EndedSessions' })
  .add(apiKeyList, { id: 'ApiKeyList' })
  .add(createdApiKey, { id: 'CreatedApiKey' })
  .add(auditList, { id: 'AuditList' })
  .add(auditCheck, { id: 'AuditCheck' })
  .add(failure, { id: 'Failure' });
