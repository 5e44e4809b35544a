/** A real OpenSearch of one node, run from its Maven artifacts. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { freePort } from '../../../scripts/support/free-port';
import { installed, missingPrograms, pom, run } from './tools';
import type { Tool } from './tools';
import { waitFor } from './wait';

const VERSION = '2.19.1';
const LOG4J_VERSION = '2.21.0';

/** The server's own launcher wants a distribution around it; a node alone wants its transport named. */
const PROGRAM = `
import java.util.List;
import java.util.Map;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.transport.Netty4Plugin;

public class OneNode extends Node {
  OneNode(Environment environment) { super(environment, List.of(Netty4Plugin.class), false); }

  public static void main(String[] args) throws Exception {
    Settings settings = Settings.builder().put("path.home", args[0]).put("http.port", args[1])
      .put("transport.port", args[2]).put("http.host", "127.0.0.1").put("transport.host", "127.0.0.1")
      .put("discovery.type", "single-node").put("node.name", "one")
      .put("cluster.routing.allocation.disk.threshold_enabled", false).build();
    new OneNode(InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), null, () -> "one")).start();
    System.out.println("the node has started");
    Thread.currentThread().join();
  }
}
`;

/** Folder with the server's jars and the program. */
export function installOpenSearch(): Tool<string> {
  const missing = missingPrograms(['java', 'javac', 'mvn']);
  if (missing !== undefined) return missing;
  return installed(
    `opensearch-${VERSION}`,
    (folder) => {
      const artifacts = pom([
        ['org.opensearch', 'opensearch', VERSION],
        ['org.opensearch.plugin', 'transport-netty4-client', VERSION],
        ['org.apache.logging.log4j', 'log4j-core', LOG4J_VERSION],
      ]);
      fs.writeFileSync(path.join(folder, 'pom.xml'), artifacts);
      fs.writeFileSync(path.join(folder, 'OneNode.java'), PROGRAM);
      return (
        run('mvn', ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=jars'], folder) ??
        run('javac', ['-cp', 'jars/*', 'OneNode.java'], folder)
      );
    },
    (folder) => folder,
  );
}

export interface OpenSearch {
  readonly url: string;
  /** Asks its API; throws at an answer that is no 2xx. */
  readonly ask: (method: string, path: string, body?: object) => Promise<Record<string, unknown>>;
  readonly kill: () => Promise<void>;
}

/** Starts it with its data in `home`; a second start on the same port finds them. */
export async function startOpenSearch(tool: Tool<string>, home: string, port: number): Promise<OpenSearch> {
  if (tool.kind === 'missing') throw new Error(tool.reason);
  const transport = String(await freePort());
  const classPath = `${tool.tool}:${path.join(tool.tool, 'jars', '*')}`;
  const options = ['-Xmx512m', '-XX:TieredStopAtLevel=1', '-cp', classPath];
  const child = spawn('java', [...options, 'OneNode', home, String(port), transport], { stdio: 'pipe' });
  const output = gather(child);
  await waitFor(
    'OpenSearch to start',
    () => {
      if (child.exitCode !== null) throw new Error(`OpenSearch ended at its start:\n${output()}`);
      return output().includes('the node has started');
    },
    180,
  );
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    ask: async (method, where, body) => {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${url}${where}`, {
        method,
        headers,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      if (!response.ok) throw new Error(`OpenSearch answered ${response.status}: ${await response.text()}`);
      return (await response.json()) as Record<string, unknown>;
    },
    kill: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      if (child.kill('SIGKILL')) await ended;
    },
  };
}

function gather(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (data: Buffer) => {
      text += data.toString();
    });
  }
  return () => text;
}
