// A client of MCP on another code base than ours: node mcp_client.cjs FOLDER_WITH_THE_SDK URL TOKEN, or
// node mcp_client.cjs FOLDER_WITH_THE_SDK COMMAND ARGUMENT ... for a server over standard input and output.
// Prints as JSON what it found; a schema that Ajv's strict mode does not take is named.
const { createRequire } = require("node:module");
const [folder, server, ...rest] = process.argv.slice(2);
const load = createRequire(`${folder}/package.json`);
const { Client } = load("@modelcontextprotocol/sdk/client/index.js");
const { StdioClientTransport } = load("@modelcontextprotocol/sdk/client/stdio.js");
const { StreamableHTTPClientTransport } = load("@modelcontextprotocol/sdk/client/streamableHttp.js");
const addFormats = load("ajv-formats");

// The dialect of JSON Schema that MCP names where a schema names none.
const Ajv = load("ajv/dist/2020");

function badSchemas(tools) {
  const ajv = new Ajv({ strict: true, strictTypes: false, strictTuples: false, allowUnionTypes: true });
  addFormats(ajv);
  const bad = [];
  for (const tool of tools) {
    for (const kind of ["inputSchema", "outputSchema"]) {
      if (!tool[kind]) continue;
      try {
        ajv.compile(tool[kind]);
      } catch (error) {
        bad.push(`${tool.name} ${kind}: ${error.message}`);
      }
    }
  }
  return bad;
}

function transport() {
  if (!server.startsWith("http")) return new StdioClientTransport({ command: server, args: rest, env: process.env });
  const requestInit = { headers: { Authorization: `Bearer ${rest[0]}` } };
  return new StreamableHTTPClientTransport(new URL(server), { requestInit });
}

async function main() {
  const client = new Client({ name: "another", version: "1" });
  await client.connect(transport());
  const { tools } = await client.listTools();
  const stages = [];
  const query = { sql: "SELECT team, count(*) AS n FROM staff GROUP BY team ORDER BY team" };
  const ran = await client.callTool({ name: "run_sql", arguments: query }, undefined, {
    onprogress: (progress) => stages.push(progress.message),
  });
  const wrong = await client.callTool({ name: "run_sql", arguments: { sql: "SELECT nothing FROM staff" } });
  const { prompts } = await client.listPrompts();
  const { resources } = await client.listResources();
  const stop = new AbortController();
  setTimeout(() => stop.abort("enough"), 300);
  const slow = { code: "import time\ntime.sleep(60)\n1" };
  const stopped = await client
    .callTool({ name: "run_python", arguments: slow }, undefined, { signal: stop.signal })
    .then(() => "it went on", () => "stopped");
  await client.close();
  const found = { tools: tools.map((tool) => tool.name), bad: badSchemas(tools), ran, wrong, stages, stopped };
  console.log(JSON.stringify({ ...found, prompts: prompts.length, resources: resources.length }));
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(String(error));
    process.exit(1);
  }
);
