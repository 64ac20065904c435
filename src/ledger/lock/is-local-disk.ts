import { statfsSync } from 'node:fs';

/** ext2 to ext4, xfs, btrfs, tmpfs, overlay, zfs, f2fs, ramfs; as `statfs` numbers them on Linux. */
const LOCAL = new Set([0xef53, 0x58465342, 0x9123683e, 0x01021994, 0x794c7630, 0x2fc12fc1, 0xf2f52010, 0x858458f6]);

/** Whether a file is on a disk of this kernel only, so that this kernel knows all its locks. */
export function isLocalDisk(path: string): boolean {
  try {
    return LOCAL.has(statfsSync(path).type);
  } catch {
    return false;
  }
}
