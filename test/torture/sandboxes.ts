/** The stand-ins that random worlds are tried on over HTTP: one line each, with people where the service needs them. */
import { startDailySandbox } from "../../providers/daily/sandbox.ts";
import { startDigitalsambaSandbox } from "../../providers/digitalsamba/sandbox.ts";
import { startLiveblocksSandbox } from "../../providers/liveblocks/sandbox.ts";
import { startZegoSandbox } from "../../providers/zego/sandbox.ts";
import { httpRunnerOf, now, type StandIn } from "./http-runner.ts";
import { dailyTorture } from "./services/daily.ts";
import { sambaTorture } from "./services/digitalsamba.ts";
import { liveblocksTorture } from "./services/liveblocks.ts";
import { zegoTorture } from "./services/zego.ts";

const liveblocks = async (): Promise<StandIn> => {
  const sandbox = await startLiveblocksSandbox({ secretKey: "sk_torture" });
  for (const id of ["class-1", "other"])
    sandbox.put({ id, defaultAccesses: ["room:write"], usersAccesses: { bob: [] } });
  return { ...sandbox, baseUrl: sandbox.url, values: { secretKey: "sk_torture" } };
};
const daily = async (): Promise<StandIn> => {
  const sandbox = await startDailySandbox({ rules: { limited: false } });
  sandbox.putRoom("other", { properties: { permissions: { canSend: false } } });
  return { ...sandbox, values: { apiKey: sandbox.apiKey } };
};
const digitalsamba = async (): Promise<StandIn> => {
  const sandbox = await startDigitalsambaSandbox({ rateLimit: false });
  return { ...sandbox, values: { teamId: sandbox.teamId, developerKey: sandbox.developerKey } };
};
const zego = async (): Promise<StandIn> => {
  const sandbox = await startZegoSandbox({ now });
  for (const user of ["alice", "bob", "1001"]) sandbox.login("lesson", user);
  sandbox.login("board #7&8", "carol");
  return { ...sandbox, baseUrl: sandbox.url, values: { appId: sandbox.appId, serverSecret: sandbox.serverSecret } };
};

export const HTTP_RUNNERS = [
  httpRunnerOf(liveblocksTorture, liveblocks),
  httpRunnerOf(dailyTorture, daily),
  httpRunnerOf(sambaTorture, digitalsamba),
  httpRunnerOf(zegoTorture, zego),
];
