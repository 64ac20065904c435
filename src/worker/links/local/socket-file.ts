import { statSync } from 'node:fs';

/** Which file a socket is, in decimal digits: the numbers may need 64 bits. */
export interface SocketFile {
  readonly device: string;
  readonly inode: string;
}

/** The file at a path. @throws the system's error when there is none. */
export function socketFileAt(path: string): SocketFile {
  const { dev, ino } = statSync(path, { bigint: true });
  return { device: String(dev), inode: String(ino) };
}

/** Whether the file at a path still is that one. */
export function isStillThere(path: string, { device, inode }: SocketFile): boolean {
  try {
    const found = socketFileAt(path);
    return found.device === device && found.inode === inode;
  } catch {
    return false;
  }
}
