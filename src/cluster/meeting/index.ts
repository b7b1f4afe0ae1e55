export { Event } from "./event.js";
export type { MeetingOptions, MeetingWait } from "./meet.js";
export { Queue, type QueueOptions } from "./queue.js";
export { type Lease, Lock, Semaphore, type SemaphoreOptions } from "./semaphore.js";
export type { TopicEvent, TopicHandler } from "./topics.js";
export { Variable } from "./variable.js";
