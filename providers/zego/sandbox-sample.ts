import type { ZegoSandboxAuth, ZegoSandboxRoom, ZegoSandboxState } from "./sandbox-room.ts";

const STARTED = Date.UTC(2026, 0, 5, 10);
const SESSIONS = 6085791336856668982n;
const ALL: ZegoSandboxAuth = { module: [1, 2], graphic: [2, 4, 8, 16, 32] };
const LOOK: ZegoSandboxAuth = { module: [1, 2], graphic: [0] };

type Sample = { readonly auth?: ZegoSandboxAuth; readonly users: { readonly [userId: string]: ZegoSandboxAuth | "" } };

const SAMPLES: { readonly [roomId: string]: Sample } = {
  // Nothing was ever set: everybody may do everything.
  "weekly-design": { users: { alice: "", bob: "", erin: "" } },
  "class-7a": { auth: LOOK, users: { carol: ALL, "pupil-1": "", "pupil-2": { module: [0], graphic: [32] } } },
  "class-7b": { auth: ALL, users: { dave: ALL, "pupil-3": "", "pupil-4": "" } },
};

/** Lessons and a meeting that are going on: one open to all, one well kept, one where nobody took anything away. */
export const sampleState = (): ZegoSandboxState => {
  let lastSession = SESSIONS;
  const session = (): string => {
    lastSession += 1n;
    return String(lastSession);
  };
  const rooms = Object.entries(SAMPLES).map(([roomId, { auth, users }], index): ZegoSandboxRoom => {
    const createTime = STARTED + index * 60_000;
    return {
      roomId,
      sessionId: session(),
      createTime,
      ...(auth === undefined ? {} : { auth }),
      users: Object.entries(users).map(([userId, own], place) => ({
        userId,
        userName: userId,
        role: 1,
        sessionId: session(),
        loginTime: createTime + place * 1000,
        ...(own === "" ? {} : { auth: own }),
      })),
    };
  });
  return { rooms, lastSession: String(lastSession) };
};
