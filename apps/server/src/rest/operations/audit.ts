import { auditCheck } from '@paydeck/api/audit-schema';
import { appRouter } from '@paydeck/api/router';
import { longReadRefusals, type Operation, operation } from '../operation.ts';
import { endOf } from '../query.ts';
import { auditCheckQuery, auditList, auditQuery } from '../shapes.ts';

const { audit } = appRouter;

export const auditOperations: readonly Operation[] = [
  operation({
    method: 'GET',
    path: '/audit',
    tag: 'audit',
    summary: 'Read the audit log, newest entries first',
    access: 'admin',
    query: auditQuery,
    status: 200,
    reply: auditList,
    refusals: longReadRefusals,
    handle: async ({ call }) => {
      const { items: data, nextCursor } = await call(audit.list, ({ query }) => {
        const { startDate, endDate, ...filter } = query;
        return { ...filter, from: startDate, to: endDate === undefined ? undefined : endOf(endDate) };
      });
      return { data, nextCursor };
    },
  }),
  operation({
    method: 'GET',
    path: '/audit/verify',
    tag: 'audit',
    summary: 'Check the next 20,000 rows of the audit log against their hashes',
    description: 'Repeat it with `afterId` and `afterHash` from `next`, until `next` is null.',
    access: 'admin',
    query: auditCheckQuery,
    status: 200,
    reply: auditCheck,
    refusals: longReadRefusals,
    handle: ({ call }) =>
      call(audit.verify, ({ query: { afterId: id, afterHash: hash } }) =>
        id === undefined || hash === undefined ? {} : { after: { id, hash } },
      ),
  }),
];
