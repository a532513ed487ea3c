import type { TRPCRouterRecord } from '@trpc/server';
import { listAudit, verifyAudit } from '../audit-log/queries.ts';
import { auditCheck, auditPage, listAuditInput, verifyAuditInput } from '../audit-log/schema.ts';
import { adminProcedure } from '../trpc.ts';

export const auditRouter = {
  list: adminProcedure
    .input(listAuditInput.prefault({}))
    .output(auditPage)
    .query(({ ctx, input }) => listAudit(ctx, input)),
  verify: adminProcedure
    .input(verifyAuditInput.prefault({}))
    .output(auditCheck)
    .query(({ ctx, input }) => verifyAudit(ctx, input)),
} satisfies TRPCRouterRecord;
