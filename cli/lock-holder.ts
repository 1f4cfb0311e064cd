/** Who holds a lock, and what this machine can say about whether that process still lives. */
import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname, networkInterfaces } from "node:os";

export type Holder = {
  readonly nonce: string;
  readonly pid: number;
  readonly host: string;
  /** One boot of one machine (and one process namespace), or one machine where that cannot be told; "" if nothing is known. */
  readonly machine: string;
  /** When the process started, in the kernel's ticks: a process id that is used again shows. "" if not known. */
  readonly born: string;
  /** ISO time, for people only. */
  readonly since: string;
};

/** This process as a holder. */
export const describeSelf = (nonce: string, since: string): Holder => ({
  nonce,
  pid: process.pid,
  host: hostname(),
  machine: thisMachine(),
  born: bornOf(process.pid),
  since,
});

/**
 * Whether the holder is certainly gone: its process does not exist on this very machine and boot, or its id belongs to
 * another process now. A host name alone proves nothing, so all else is left to the lease.
 */
export const isCertainlyDead = (holder: Holder): boolean => {
  if (holder.machine === "" || holder.machine !== thisMachine() || holder.host !== hostname()) return false;
  if (!processExists(holder.pid)) return true;
  const born = bornOf(holder.pid);
  return holder.born !== "" && born !== "" && born !== holder.born;
};

const processExists = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
};

const thisMachine = (): string => {
  const boot = attempt(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());
  if (boot !== "") return `${boot} ${attempt(() => readlinkSync("/proc/self/ns/pid"))}`;
  const cards = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter((address) => !address.internal && address.mac !== "00:00:00:00:00:00")
    .map((address) => address.mac);
  if (cards.length === 0) return "";
  return createHash("sha256")
    .update([...new Set(cards)].sort().join(" "))
    .digest("hex");
};

/** Field 22 of `/proc/PID/stat`; the name of the process before it may hold spaces and brackets. A zombie has ended. */
const bornOf = (pid: number): string => {
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" || fields[0] === "X" ? "ended" : (fields[19] ?? "");
};

const attempt = (read: () => string): string => {
  try {
    return read();
  } catch {
    return "";
  }
};
