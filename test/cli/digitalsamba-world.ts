import {
  type DigitalsambaSandbox,
  type DigitalsambaSandboxOptions,
  startDigitalsambaSandbox,
} from "../../providers/digitalsamba/sandbox.ts";
import { quick, type Workplace, workplace } from "../run.ts";
import { DEVELOPER_KEY, TEAM_ID } from "./digitalsamba-stand-in.ts";

type Service = { readonly baseUrl: string; readonly teamId: string; readonly developerKey: string };

/** A working directory whose files talk to one service. */
export type Place = Workplace & {
  /** Writes rolecall.yaml: the head, then this. `config` goes into the provider, indented by four. */
  policy(text: string, config?: string): void;
};

/** The number of lines before the first of a policy without `config`. */
export const HEAD_LINES = 6;

/** A workplace for a service, its credentials in the environment. */
const placeFor = ({ baseUrl, teamId, developerKey }: Service): Place => {
  const place = quick(workplace({}, { DIGITALSAMBA_TEAM_ID: teamId, DIGITALSAMBA_DEVELOPER_KEY: developerKey }));
  const head = `version: 1
providers:
  digitalsamba:
    teamId: { env: DIGITALSAMBA_TEAM_ID }
    developerKey: { env: DIGITALSAMBA_DEVELOPER_KEY }
    baseUrl: "${baseUrl}"
`;
  return { ...place, policy: (text, config = "") => place.write("rolecall.yaml", `${head}${config}${text}`) };
};

/** A workplace for the stand-in at this URL. */
export const placeForStandIn = (url: string): Place =>
  placeFor({ baseUrl: url, teamId: TEAM_ID, developerKey: DEVELOPER_KEY });

export type World = Place & {
  readonly sandbox: DigitalsambaSandbox;
  /** `POST /roles` with its body, of all writes so far; forgets nothing. */
  writes(): readonly { readonly line: string; readonly body: unknown }[];
  close(): Promise<void>;
};

/** A sandbox and a workplace for it. */
export const makeWorld = async (options: DigitalsambaSandboxOptions = {}): Promise<World> => {
  const sandbox = await startDigitalsambaSandbox({ rateLimit: false, ...options });
  const place = placeFor(sandbox);
  return {
    ...place,
    sandbox,
    writes: () =>
      sandbox.requests
        .filter(({ method }) => method !== "GET")
        .map(({ method, path, body }) => ({ line: `${method} ${path.replace(/^\/api\/v1/u, "")}`, body })),
    close: async () => {
      place.remove();
      await sandbox.close();
    },
  };
};
