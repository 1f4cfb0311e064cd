import picocolors from "picocolors";
import type { PlanProvider } from "../plan-document.ts";
import { OTHER_ROOMS } from "../util/other-rooms.ts";
import { inertName } from "./inert.ts";

/** How a report is laid out. */
export type RenderOptions = {
  readonly color: boolean;
  /** Cells in a line; what is wider is laid out in two lines or wrapped. */
  readonly width?: number;
  /** Leaves out the capabilities of a subject that others of the list imply. */
  readonly fold?: (capabilities: readonly string[]) => readonly string[];
};

/** A report in the making: colours, width, and how names are shown. */
export type Page = {
  readonly paint: ReturnType<typeof picocolors.createColors>;
  readonly width: number;
  fold(capabilities: readonly string[]): readonly string[];
  /** A room, or `other rooms`; with its provider where that is not named like its type. */
  roomName(provider: string, room: string): string;
};

const USUAL_WIDTH = 140;
const LEAST_WIDTH = 60;

/** What all parts of one report share. */
export const pageOf = (providers: readonly PlanProvider[], options: RenderOptions): Page => {
  const types = new Map(providers.map(({ name, type }) => [name, type]));
  const { fold } = options;
  return {
    paint: picocolors.createColors(options.color),
    width: Math.max(LEAST_WIDTH, options.width ?? USUAL_WIDTH),
    fold: (capabilities) => {
      const folded = fold?.(capabilities) ?? capabilities;
      return folded.length === 0 ? capabilities : folded;
    },
    roomName: (provider, room) => {
      const isUsual = types.get(provider) === provider;
      if (room === OTHER_ROOMS) return isUsual ? "other rooms" : `other rooms of ${inertName(provider)}`;
      return isUsual ? inertName(room) : `${inertName(provider)}/${inertName(room)}`;
    },
  };
};
