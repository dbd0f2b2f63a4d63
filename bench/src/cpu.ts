import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const ticks_per_second = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** CPU time that a process has used, user and system, in milliseconds; from proc(5), so on Linux only. */
export function cpuMs(pid: number): number {
  const { utime, stime } = statOf(pid);
  return toMs(utime + stime);
}

/** The same of a process and of all that it started and that start more: Postgres has one process per connection. */
export function treeCpuMs(pid: number): number {
  const all = processes();
  const root = all.find((each) => each.pid === pid);
  const below = (parent: number): number =>
    all.reduce((sum, each) => (each.parent === parent ? sum + ofTree(each) : sum), 0);
  const ofTree = ({ pid: id, utime, stime, ended }: Stat): number => toMs(utime + stime + ended) + below(id);
  return root === undefined ? 0 : ofTree(root);
}

interface Stat {
  pid: number;
  parent: number;
  /** In ticks, as the next two. */
  utime: number;
  stime: number;
  /** Of children that have ended. */
  ended: number;
}

function statOf(pid: number): Stat {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the program's name in parentheses and may hold spaces; ppid is field 4, utime, stime, cutime and
  // cstime are fields 14 to 17.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const at = (field: number) => Number(fields[field - 3]);
  return { pid, parent: at(4), utime: at(14), stime: at(15), ended: at(16) + at(17) };
}

function processes(): Stat[] {
  return readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name))
    .flatMap((name) => {
      try {
        return [statOf(Number(name))];
      } catch {
        return []; // It has ended meanwhile.
      }
    });
}

function toMs(ticks: number): number {
  return (ticks * 1_000) / ticks_per_second;
}
