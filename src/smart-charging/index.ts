/** The composite-schedule oracle: what a station with given charging profiles answers to GetCompositeSchedule. */
export { compositeSchedule } from './composite.ts';
export { describeComposite, type Explanation } from './describe.ts';
export { plotSvg } from './plot.ts';
export {
  type CompositeInput,
  type CompositePeriod,
  type CompositeSchedule,
  ImpossibleProfiles,
  NotModelled,
  UnreadableTime,
} from './types.ts';
