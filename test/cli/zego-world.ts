import { expect } from "vitest";
import type { Json } from "../../engine/model.ts";
import type { ApplyDocument, PlanDocument } from "../../engine/plan-document.ts";
import { startZegoSandbox, type ZegoSandbox, type ZegoSandboxOptions } from "../../providers/zego/sandbox.ts";
import { quick, type Workplace, workplace } from "../run.ts";

export const SECRET = "5ecret-5ecret-5ecret-5ecret-5ec!";
export const EVERYTHING = { module: [1, 2], graphic: [2, 4, 8, 16, 32] };
export const PUPIL = { module: [1, 2], graphic: [32] };
export const GUEST = { module: [2], graphic: [0] };

/** A sandbox of ZEGOCLOUD and a working directory whose files talk to it. */
export type ZegoWorld = Workplace & {
  readonly service: ZegoSandbox;
  /** Writes rolecall.yaml: the head that names the sandbox, the roles, then this. */
  policy(text: string): void;
  /** Lets people into a room, one after the other. */
  enter(room: string, ...users: readonly string[]): void;
  /** What was asked for so far, by Action. */
  actions(): readonly string[];
  /** What was set so far: whose, and to what. */
  sets(): readonly string[];
  close(): Promise<void>;
};

export const ROLES = `roles:
  teacher: { zego: { module: all, graphic: all } }
  pupil: { zego: { module: [zoom, scroll], graphic: [create] } }
  guest: { zego: { module: [scroll], graphic: none } }
`;

/** The head of a file that talks to a service at this URL. */
export const zegoHead = (url: string, more: { readonly [key: string]: Json } = {}): string => `version: 1
providers:
  zego: ${JSON.stringify({ appId: 1234567890, serverSecret: { env: "ZEGO_SERVER_SECRET" }, baseUrl: url, ...more })}
`;

const opened: ZegoWorld[] = [];

/** Opens one that `closeZegoWorlds` closes. */
export const openZego = async (text: string, options?: ZegoWorldOptions): Promise<ZegoWorld> => {
  const world = await makeZegoWorld(text, options);
  opened.push(world);
  return world;
};

/** Closes whatever a test opened. */
export const closeZegoWorlds = async (): Promise<void> => {
  for (const world of opened.splice(0)) await world.close();
};

/** Plans; fails where that is not possible. */
export const planIn = async (world: ZegoWorld): Promise<PlanDocument> => {
  const ran = await world.json<PlanDocument>(["plan"]);
  expect([ran.value.errored, ran.err]).toEqual([false, expect.not.stringContaining("Error")]);
  return ran.value;
};

export const applyIn = (world: ZegoWorld, ...more: readonly string[]) =>
  world.json<ApplyDocument>(["apply", "--auto-approve", ...more]);

/** Applies; fails where not everything is done. */
export const applied = async (world: ZegoWorld, ...more: readonly string[]): Promise<void> => {
  const ran = await applyIn(world, ...more);
  expect(ran, ran.out).toMatchObject({ code: 0, value: { errored: false, failure_reason: null } });
};

/** Fails where a plan has anything to change, or an apply sets anything. */
export const settled = async (world: ZegoWorld): Promise<void> => {
  const before = world.sets().length;
  expect((await world.run(["plan", "--detailed-exitcode"])).code).toBe(0);
  await applied(world);
  expect(world.sets()).toHaveLength(before);
};

/** Starts one without limits: nobody waits in a test. */
const makeZegoWorld = async (
  text: string,
  { config = {}, env = {}, ...options }: ZegoWorldOptions = {},
): Promise<ZegoWorld> => {
  const service = await startZegoSandbox({
    serverSecret: SECRET,
    ...options,
    rules: { limited: false, ...options.rules },
  });
  const place = quick(workplace({}, { ZEGO_SERVER_SECRET: SECRET, ...env }));
  const policy = (body: string): void =>
    place.write("rolecall.yaml", `${zegoHead(service.url, config)}${ROLES}${body}`);
  policy(text);
  return {
    ...place,
    service,
    policy,
    enter: (room, ...users) => {
      for (const user of users) service.login(room, user);
    },
    actions: () => service.requests.map(({ query }) => query.get("Action") ?? ""),
    sets: () =>
      service.requests
        .filter(({ query }) => query.get("Action")?.startsWith("Set"))
        .map(({ query }) =>
          [
            query.get("UserId") ?? query.get("RoomId"),
            query.getAll("ModuleAuth[]").join("+"),
            query.getAll("GraphicAuth[]").join("+"),
          ].join(" "),
        ),
    close: async () => {
      place.remove();
      await service.close();
    },
  };
};

export type ZegoWorldOptions = Omit<ZegoSandboxOptions, "serverSecret"> & {
  /** Further keys of the provider in the files. */
  readonly config?: { readonly [key: string]: Json };
  readonly env?: { readonly [name: string]: string };
};
