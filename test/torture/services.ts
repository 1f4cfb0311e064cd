/** Every service that is put under torture: one line each. */
import { type Runner, runnerOf } from "./runner.ts";
import { dailyTorture } from "./services/daily.ts";
import { sambaTorture } from "./services/digitalsamba.ts";
import { liveblocksTorture } from "./services/liveblocks.ts";
import { zegoTorture } from "./services/zego.ts";

export const RUNNERS: readonly Runner[] = [
  runnerOf(liveblocksTorture),
  runnerOf(dailyTorture),
  runnerOf(sambaTorture),
  runnerOf(zegoTorture),
];
