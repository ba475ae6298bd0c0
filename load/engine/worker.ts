/** The entry of a worker thread: one fleet. */
import { parentPort, workerData } from 'node:worker_threads';
import { realClock } from '../../src/clock.ts';
import { Fleet } from './fleet.ts';
import type { FleetPlan } from './fleet-plan.ts';
import { serveFleet } from './worker-handle.ts';

if (parentPort !== null) serveFleet(new Fleet(workerData as FleetPlan, realClock), parentPort);
