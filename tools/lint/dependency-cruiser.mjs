// Rules of imports, made of layers.mjs: floors, purity, plug-ins, and no cycle, of types neither.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { IMPORTS } from './exceptions.mjs';
import { APART, FLOORS, KEPT_IN, PLUG_INS, PURE } from './layers.mjs';

const root = join(fileURLToPath(import.meta.url), '../../..');
const rooms = FLOORS.flatMap((names, floor) => names.map((name) => ({ name, floor })));
/** Matches what is in a room and not in a room of its own below it. */
const inRoom = ({ name }) => {
  const own = rooms.filter((other) => other.name.startsWith(`${name}/`)).map((other) => other.name.slice(name.length));
  const below = own.length === 0 ? '' : `(?!${own.join('/|')}/)`;
  return name.endsWith('.ts') ? `^src/${name}$` : `^src/${name}(?=/)${below}`;
};

function assertExceptionsExist() {
  const gone = IMPORTS.filter(({ from }) => !existsSync(join(root, from)));
  if (gone.length > 0)
    throw new Error(
      `Cannot check imports: ${gone.map(({ from }) => from).join(', ')} does not exist; update tools/lint/exceptions.mjs`,
    );
}

function assertEveryFolderHasAFloor() {
  const missing = readdirSync(join(root, 'src')).filter((name) => !rooms.some((room) => room.name === name));
  if (missing.length > 0)
    throw new Error(`Cannot check layers: src/${missing.join(', src/')} has no floor; add it to tools/lint/layers.mjs`);
}

assertEveryFolderHasAFloor();
assertExceptionsExist();

const excepted = IMPORTS.map(({ from }) => `^${from}$`);
const rule = (name, comment, { pathNot = [], ...from }, to) => ({
  name,
  comment,
  severity: 'error',
  from: { ...from, pathNot: [pathNot, excepted].flat() },
  to,
});

const floors = rooms.map((room) => {
  const above = rooms.filter((other) => other.name !== room.name && other.floor <= room.floor);
  return rule(
    `floor-of-${room.name.replaceAll('/', '-')}`,
    `${room.name} may import lower floors only (tools/lint/layers.mjs)`,
    { path: inRoom(room) },
    { path: above.map(inRoom) },
  );
});

const pure = PURE.map((name) =>
  rule(`pure-${name}`, `${name} only computes`, { path: `^src/${name}/` }, { dependencyTypes: ['core'] }),
);

const kept = Object.entries(KEPT_IN).map(([name, room]) =>
  rule(
    `${name}-in-${room.replace(/\W+/g, '-')}`,
    `only src/${room} imports ${name}`,
    { path: '^src/', pathNot: `^src/${room}/` },
    { path: `node_modules/${name}/` },
  ),
);

const plugIns = Object.entries(PLUG_INS).map(([folder, table]) =>
  rule(
    `plug-ins-of-${folder.replaceAll('/', '-')}`,
    `only ${table} names the plug-ins in ${folder}`,
    { path: '^src/', pathNot: [`^src/${folder}/`, `^src/${table}$`] },
    { path: `^src/${folder}/`, pathNot: `^src/${table}$` },
  ),
);

const apart = APART.map(([one, other]) =>
  rule(
    `${one.replaceAll('/', '-')}-without-${other.replace(/\W+/g, '-')}`,
    `${one} knows nothing of ${other}`,
    { path: `^src/${one}/` },
    { path: `^src/${other}/` },
  ),
);

export default {
  forbidden: [
    rule(
      'no-cycle',
      'files do not import each other in a circle, types included',
      {},
      {
        circular: true,
        viaOnly: { dependencyTypesNot: ['dynamic-import'] }, // a command that is loaded when it is named may run another
      },
    ),
    rule('resolves', 'what is imported is there', {}, { couldNotResolve: true }),
    ...floors,
    ...pure,
    ...kept,
    ...plugIns,
    ...apart,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    moduleSystems: ['es6'],
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.js', '.d.ts'],
    },
  },
};
