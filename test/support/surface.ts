/** What jsii compiles without a word and other languages, or readers, cannot use. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as ts from 'typescript';

const ROOT = path.join(__dirname, '..', '..');

/** Words that a target language keeps for itself: C#, Go, Python and others mangle them in silence. */
const RESERVED = new Set(
  [
    'assert class continue default event from func import in is lock map namespace not and object operator or params',
    'range select type',
  ].flatMap((words) => words.split(' ')),
);

interface Docs {
  readonly summary?: string;
  readonly default?: string;
}

interface TypeReference {
  readonly primitive?: string;
  readonly fqn?: string;
  readonly collection?: { readonly elementtype: TypeReference };
  readonly union?: object;
  readonly intersection?: object;
}

interface Value {
  readonly name?: string;
  readonly docs?: Docs;
  readonly optional?: boolean;
  readonly type?: TypeReference;
}

interface Callable extends Value {
  readonly parameters?: readonly Value[];
  readonly returns?: Value;
}

export interface SurfaceType {
  readonly fqn?: string;
  readonly kind: 'class' | 'interface' | 'enum';
  readonly name: string;
  /** Interfaces that a class implements. */
  readonly interfaces?: readonly string[];
  /** An interface that is data. */
  readonly datatype?: boolean;
  readonly docs?: Docs;
  readonly initializer?: Callable;
  readonly properties?: readonly Value[];
  readonly methods?: readonly Callable[];
  readonly members?: readonly Value[];
}

/** The part of a jsii assembly that is read here. */
export interface Assembly {
  readonly types?: { readonly [fqn: string]: SurfaceType };
}

export function builtAssembly(): Assembly {
  const file = path.join(ROOT, '.jsii');
  if (!fs.existsSync(file)) throw new Error('.jsii is missing: run `npm run build`');
  return JSON.parse(fs.readFileSync(file, 'utf8')) as Assembly;
}

/** Every problem of the surface as a sentence that names the member. */
export function surfaceProblems(assembly: Assembly): string[] {
  const types = Object.values(assembly.types ?? {});
  const implemented = new Set(types.flatMap((type) => type.interfaces ?? []));
  return types.flatMap((type) => [
    ...nameProblems(type, implemented),
    ...documentProblems(type.name, type),
    ...(type.members ?? []).flatMap((member) => documentProblems(`${type.name}.${member.name}`, member)),
    ...(type.properties ?? []).flatMap((property) => propertyProblems(type, property)),
    ...(type.methods ?? []).flatMap((method) => [
      ...documentProblems(`${type.name}.${method.name}()`, method),
      ...reservedProblems(`${type.name}.${method.name}()`, method),
      ...callableProblems(`${type.name}.${method.name}()`, method),
    ]),
    ...(type.initializer === undefined ? [] : constructorProblems(type.name, type.initializer)),
  ]);
}

/** What has no method and no class of ours behind it is a struct, whatever its name says. */
function nameProblems({ kind, name, fqn, methods = [] }: SurfaceType, implemented: ReadonlySet<string>): string[] {
  const isBehaviour = methods.length > 0 || implemented.has(fqn ?? '');
  const isMistaken = kind === 'interface' && /^I[A-Z]/.test(name) && !isBehaviour;
  return isMistaken ? [`${name}: data with the name of a behaviour; other languages cannot build it`] : [];
}

function propertyProblems(type: SurfaceType, property: Value): string[] {
  const at = `${type.name}.${property.name}`;
  const needsDefault = type.datatype === true && property.optional === true && !property.docs?.default;
  return [
    ...documentProblems(at, property),
    ...reservedProblems(at, property),
    ...typeProblems(at, property.type),
    ...(needsDefault ? [`${at}: optional without @default`] : []),
  ];
}

function constructorProblems(name: string, initializer: Callable): string[] {
  const at = `new ${name}()`;
  return [...documentProblems(at, initializer), ...callableProblems(at, initializer)];
}

function callableProblems(at: string, callable: Callable): string[] {
  return [
    ...(callable.parameters ?? []).flatMap((parameter) => [
      ...typeProblems(`${at} ${parameter.name}`, parameter.type),
      ...reservedProblems(`${at} ${parameter.name}`, parameter),
    ]),
    ...typeProblems(`${at} result`, callable.returns?.type),
  ];
}

function documentProblems(at: string, { docs }: { readonly docs?: Docs }): string[] {
  return docs?.summary ? [] : [`${at}: undocumented`];
}

function reservedProblems(at: string, { name }: Value): string[] {
  return name !== undefined && RESERVED.has(name) ? [`${at}: '${name}' is reserved in a target language`] : [];
}

function typeProblems(at: string, type: TypeReference | undefined): string[] {
  if (type === undefined) return [];
  if (type.collection !== undefined) return typeProblems(at, type.collection.elementtype);
  if (type.union !== undefined || type.intersection !== undefined) return [`${at}: union`];
  return type.primitive === 'any' ? [`${at}: any`] : [];
}

/** Declarations that the entry point exports, read from what the build emitted: the assembly hides literal unions. */
export function builtDeclarations(): { readonly file: string; readonly text: string }[] {
  const entry = path.join(ROOT, 'lib', 'src', 'index.d.ts');
  if (!fs.existsSync(entry)) throw new Error('lib/src/index.d.ts is missing: run `npm run build`');
  return [...fs.readFileSync(entry, 'utf8').matchAll(/from '(\.[^']+)'/g)].map((match) => {
    const file = path.join(path.dirname(entry), `${match[1]}.d.ts`);
    return { file: path.relative(ROOT, file), text: fs.readFileSync(file, 'utf8') };
  });
}

/** Public members of exported classes and interfaces that are typed as a union. */
export function declaredUnions({ file, text }: { readonly file: string; readonly text: string }): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  return source.statements.flatMap((statement) => {
    if (!ts.isClassDeclaration(statement) && !ts.isInterfaceDeclaration(statement)) return [];
    if (!isExported(statement) || isInternal(statement)) return [];
    return [...statement.members]
      .filter((member) => isPublic(member) && !isInternal(member) && containsUnion(member))
      .map((member) => `${file}: ${statement.name?.text}.${member.name?.getText() ?? 'constructor'}: union`);
  });
}

function isExported(statement: ts.ClassDeclaration | ts.InterfaceDeclaration): boolean {
  return statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

function isPublic(member: ts.Node): boolean {
  const modifiers = ts.canHaveModifiers(member) ? (ts.getModifiers(member) ?? []) : [];
  const hidden = [ts.SyntaxKind.PrivateKeyword, ts.SyntaxKind.ProtectedKeyword];
  return !modifiers.some(({ kind }) => hidden.includes(kind));
}

function isInternal(node: ts.Node): boolean {
  return ts.getJSDocTags(node).some((tag) => ['internal', 'jsii'].includes(tag.tagName.text));
}

/** An optional member is `T | undefined` in a declaration; that is no union. */
function containsUnion(node: ts.Node): boolean {
  if (ts.isUnionTypeNode(node)) {
    return node.types.filter(({ kind }) => kind !== ts.SyntaxKind.UndefinedKeyword).length > 1;
  }
  return ts.forEachChild(node, (child) => containsUnion(child) || undefined) ?? false;
}
