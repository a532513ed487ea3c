export { insertTicketUse } from './insert-ticket-use.ts';
