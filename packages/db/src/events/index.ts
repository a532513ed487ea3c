export { type LogState, type LostRange, reportLostEvent, selectLogState } from './log-state.ts';
export { pruneEvents } from './prune.ts';
export {
  type LoggedEvent,
  type LogPage,
  logChannel,
  notifyLogReaders,
  selectEvents,
  selectEventsOfTypes,
  selectLogPage,
  selectNewestPosition,
} from './select-events.ts';
