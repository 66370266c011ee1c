/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * node build.mjs SOURCES MODULES OUT: bundles the player. SOURCES is this
 * folder, MODULES a node_modules made from package-lock.json. In OUT come
 * player.js (hls.js and our controls) and player-licences.txt.
 */
import { createRequire } from "node:module";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [sources, modules, out] = process.argv.slice(2);
const { build } = createRequire(join(modules, "x.js"))("esbuild");
const notice = `/* Cardume's player, AGPL-3.0-or-later, with libraries that
 * player-licences.txt names; made from the folder player/ of its sources. */`;

/* The packages of which something is in the bundles: PACKAGE -> its folder. */
function packages(inputs) {
	const found = new Set();

	for (const path of inputs) {
		const match = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path);

		if (match)
			found.add(match[1]);
	}
	return [...found].sort();
}

function licence(name) {
	const folder = join(modules, name);
	const { version, license, repository } =
		JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
	const files = readdirSync(folder).filter(file =>
		/^(licen[cs]e|notice)/i.test(file));
	const texts = files.map(file => readFileSync(join(folder, file), "utf8"));

	return `== ${name} ${version}: ${license}\n` +
		`Sources: ${repository.url || repository}\n\n${texts.join("\n")}`;
}

const result = await build({
	entryPoints: [join(sources, "player.js")],
	outdir: out,
	bundle: true,
	minify: true,
	format: "esm",
	target: "es2020",
	nodePaths: [modules],
	banner: { js: notice },
	legalComments: "none",
	metafile: true,
	logLevel: "warning",
});

mkdirSync(out, { recursive: true });
writeFileSync(join(out, "player-licences.txt"),
	packages(Object.keys(result.metafile.inputs)).map(licence).join("\n\n"));
