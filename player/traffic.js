/* SPDX-License-Identifier: AGPL-3.0-or-later */
const reportPeriod = 60000;

/* What came from where: { http, p2p, up } in bytes and { peers } now. */
export function newTraffic() {
	const sums = { http: 0, p2p: 0, up: 0, peers: 0 };

	return {
		sums,
		count(what, number) {
			sums[what] = what === "peers" ? number : sums[what] + number;
		},
	};
}

/* Tells the server once a minute and at the end how much came from where,
 * without who it was. */
export function reportTraffic({ dataset }, { sums }) {
	const told = { http: 0, p2p: 0, up: 0 };
	const report = () => {
		const fresh = key => sums[key] - told[key];
		const body = JSON.stringify({
			videoId: dataset.video,
			downloadedBytesHTTP: fresh("http"),
			downloadedBytesP2P: fresh("p2p"),
			uploadedBytesP2P: fresh("up"),
		});

		if (!fresh("http") && !fresh("p2p") && !fresh("up"))
			return;
		Object.assign(told, { http: sums.http, p2p: sums.p2p, up: sums.up });
		navigator.sendBeacon("/api/v1/metrics/playback",
			new Blob([body], { type: "application/json" }));
	};

	setInterval(report, reportPeriod);
	addEventListener("pagehide", report);
}

/* Says beside the link to the choice how many share. */
export function showPeers(video, bar, { sums }) {
	const place = bar && bar.querySelector("[data-do=peers]");

	if (place)
		video.addEventListener("timeupdate", () => {
			place.textContent = sums.peers ? `(${sums.peers})` : "";
		});
}
