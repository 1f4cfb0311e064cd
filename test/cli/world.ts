import { quick, type Workplace, workplace } from "../run.ts";
import { KEY, type StandIn, type StandInRoom, standIn } from "./stand-in.ts";

/** A stand-in and a working directory whose files talk to it. */
export type World = Workplace & {
  readonly service: StandIn;
  /** Writes rolecall.yaml: the head that names the stand-in, then this. */
  policy(text: string): void;
  close(): Promise<void>;
};

export const ROLES = `roles:
  viewer: { liveblocks: ["room:read"] }
  editor: { liveblocks: ["room:write"] }
`;

/** The head of a file that talks to a service at this URL. */
export const head = (url: string): string => `version: 1
providers:
  liveblocks: { secretKey: { env: LIVEBLOCKS_SECRET_KEY }, baseUrl: "${url}" }
`;

export const makeWorld = async (text: string, ...rooms: readonly StandInRoom[]): Promise<World> => {
  const service = await standIn(...rooms);
  const place = quick(workplace({}, { LIVEBLOCKS_SECRET_KEY: KEY }));
  const policy = (body: string): void => place.write("rolecall.yaml", `${head(service.url)}${ROLES}${body}`);
  policy(text);
  return {
    ...place,
    service,
    policy,
    close: async () => {
      place.remove();
      await service.close();
    },
  };
};

/** Runs in a world of its own and takes it away afterwards. */
export const inWorld = async (
  text: string,
  rooms: readonly StandInRoom[],
  run: (world: World) => Promise<void>,
): Promise<void> => {
  const world = await makeWorld(text, ...rooms);
  try {
    await run(world);
  } finally {
    await world.close();
  }
};
