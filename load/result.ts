/** What a load run comes to, whichever engine ran it. */
import type { LoadReport } from '../src/report.ts';
import type { Searched } from './engine/search.ts';

export interface LoadResult extends Pick<LoadReport, 'metrics' | 'thresholds' | 'series' | 'generator'> {
  /** What a reader must know before he believes the numbers. */
  readonly notes: readonly string[];
  /** No station ever got a connection. */
  readonly unreachable: boolean;
  /** No station was ever registered: there was nothing to load with. */
  readonly unregistered: boolean;
  /** Stopped before its end. */
  readonly partial: boolean;
  readonly searched?: Searched;
}
