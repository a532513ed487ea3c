export { pruneEvents } from './prune-events.ts';
export {
  type LoggedEvent,
  type LogPage,
  logChannel,
  notifyLogReaders,
  selectEvents,
  selectEventsOfTypes,
  selectLogBounds,
  selectLogPage,
  selectNewestPosition,
} from './select-events.ts';
