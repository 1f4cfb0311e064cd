import type { Connection } from "../../engine/provider.ts";
import type { Clock } from "../_shared/pace.ts";
import { sleep as sleepFor } from "../_shared/sleep.ts";

/** What waits go by: the connection's own clock where it also says how time passes, else one that nobody can set. */
export const clockOf = (connection: Connection): Clock => {
  const { sleep } = connection;
  if (sleep === undefined) return { now: () => performance.now(), sleep: sleepFor };
  return { now: () => connection.now(), sleep: (ms, signal) => sleep(ms, signal) };
};
