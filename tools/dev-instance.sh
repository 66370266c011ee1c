#!/bin/bash
# SPDX-License-Identifier: AGPL-3.0-or-later
# The instance of ./dev: its files, its processes, its first steps. Sourced by
# dev, which sets top, build, run and the options.
# shellcheck disable=SC2154,SC2034

programs=(page:4 api:4 ap:2 upload:2 signal:1)
# Each a process of its own; `:2` are two.
workers=(transcode "image publish remove tracker notify sweep viewing" "mail sharing"
	deliver inbox fetch:2 diaspora redundancy)
pg=/usr/lib/postgresql/15/bin
progress_module=/usr/lib/nginx/modules/ngx_http_uploadprogress_module.so

# Whether `user` may use the file or directory as test's option says.
user_can() { setpriv "${user_switch[@]}" test "$1" "$2" 2>/dev/null; }

# As root everything runs as www-data; where that user cannot reach the
# checkout, as root, and PostgreSQL, which refuses root, with the capability
# to walk into directories.
choose_user() {
	user=$(id -un)
	as_user=()
	as_postgres=()
	[ "$(id -u)" = 0 ] || return 0
	user_switch=(--reuid=www-data --regid=www-data --clear-groups)
	as_postgres=(setpriv "${user_switch[@]}")
	if user_can -x "$build" && user_can -x "$run" && user_can -r "$top/dev"
	then
		user=www-data
		as_user=("${as_postgres[@]}")
	else
		as_postgres+=(--inh-caps=+dac_read_search
			--ambient-caps=+dac_read_search)
	fi
}

# A Unix socket's path has at most 107 bytes.
choose_sockets() {
	[ "${sockets-}" ] && [ -d "$sockets" ] && return
	sockets=$run/sock
	[ ${#sockets} -le 75 ] || sockets=$(mktemp -d /tmp/cardume-XXXXXX)
}

load_settings() {
	port=9000 tls_port='' host=127.0.0.1 cache=cache sockets=''
	mkdir -p "$run"
	run=$(cd "$run" && pwd)
	# shellcheck disable=SC1091
	[ ! -f "$run/settings" ] || . "$run/settings"
	ports_before="$port $tls_port"
	port=${opt_port:-$port}
	tls_port=${opt_tls:-$tls_port}
	[ "$tls_port" != auto ] || tls_port=$((port + 443))
	host=${opt_host:-$host}
	cache=${opt_cache:-$cache}
	tracker_port=$(((port + 10000 - 1024) % 64512 + 1024))
	origin=http://$host:$port
	[ -z "$tls_port" ] || origin=https://$host:$tls_port
	[ "$port" -ge 1024 ] || die "ports below 1024 are not for ./dev"
	choose_user
}

# Else another's answers would be taken for ours.
check_ports() {
	local number ours=
	! running nginx || ours=" $ports_before "
	! running opentracker || ours+=" $tracker_port "
	for number in $port $tls_port $tracker_port; do
		case $ours in *" $number "*) continue ;; esac
		! (: <"/dev/tcp/127.0.0.1/$number") 2>/dev/null ||
			die "port $number is taken; choose another with --port"
	done
}

save_settings() {
	choose_sockets
	printf '%s=%q\n' port "$port" tls_port "$tls_port" host "$host" \
		cache "$cache" sockets "$sockets" >"$run/settings"
}

# What is served as it is, of the checkout and of the build.
link_assets() {
	local file
	for file in "$top"/static/* "$build"/static/*; do
		[ ! -e "$file" ] || ln -sfn "$file" "$run/www/static/"
	done
}

make_directories() {
	mkdir -p "$run"/{log,pid,tmp,cache,tracker,www/{assets,static},www/api/v1} \
		"$sockets"/{pg,wake} "$run"/media/{incoming,internal,work} \
		"$run"/media/{public,private}
	ln -sfn ../private "$run/media/internal/private"
	link_assets
	ln -sfn ../static "$run/www/assets/$(<"$build/assets-version")"
	ln -sfn ../static "$run/www/assets/current"
	ln -sfn "$top/static/errors" "$run/www/errors"
	ln -sfn "$build/openapi.json" "$run/www/api/v1/openapi.json"
	touch "$run/tracker/whitelist"
	chmod 711 "$run"
	chmod 700 "$sockets" "$run/tmp"
	[ "$(id -u)" != 0 ] || chown "${user:?}:" "$run" "$run"/{log,tmp,cache} \
		"$run"/tracker "$run"/tracker/whitelist "$sockets" \
		"$sockets"/wake "$run"/media "$run"/media/*
	[ "$(id -u)" != 0 ] || chown www-data: "$sockets/pg"
}

write_file() {
	cat >"$1.new"
	if cmp -s "$1.new" "$1"; then rm "$1.new"; else mv "$1.new" "$1"; fi
}

# Which addresses other servers may have: of the instances beside this one.
peers() {
	case $host in
	localhost | 127.* | *.localhost | *.test)
		say "${CARDUME_PRIVATE_ADDRESSES-loopback}" ;;
	esac
}

sandbox() {
	if "${as_user[@]}" bwrap --ro-bind / / --unshare-all true 2>/dev/null
	then say bwrap; else say none; fi
}

write_configuration() {
	write_file "$run/cardume.conf" <<-END
	; written by ./dev up
	origin = $origin
	database = host=$sockets/pg dbname=cardume
	media_dir = $run/media
	secret_file = $run/secret
	wake_dir = $sockets/wake
	log_dir = $run/log
	tracker_whitelist = $run/tracker/whitelist
	tracker_pid_file = $run/tracker/pid
	probe = $build/workers/cardume-probe
	sandbox = $(sandbox)
	tracker_port = $tracker_port
	request_limit = ${CARDUME_REQUEST_LIMIT:-100000}
	min_free_megabytes = 256
	smtp_url = ${CARDUME_SMTP_URL-}
	smtp_tls = ${CARDUME_SMTP_TLS:-none}
	mail_from = cardume@$host
	allow_private_addresses = $(peers)
	fetch_resolve = ${CARDUME_FETCH_RESOLVE-}
	fetch_ca_file = ${CARDUME_FETCH_CA_FILE-}
	END
	"$top/tools/nginx-conf" '' LISTEN="127.0.0.1:$tracker_port" \
		WHITELIST="$run/tracker/whitelist" DIRECTORY="$run/tracker" \
		<"$top/etc/opentracker.conf.in" | write_file "$run/opentracker.conf"
	write_nginx
}

write_nginx() {
	local keep="dev $cache" module=
	if [ -e $progress_module ]; then
		keep+=' progress' module="load_module $progress_module;"
	fi
	if [ "$tls_port" ]; then
		keep+=' tls'
		make_certificate
	else
		keep+=' plain'
	fi
	"$top/tools/nginx-conf" "$keep" PORT="$port" TLS_PORT="$tls_port" \
		NAMES="$(printf '%s\n' "$host" 127.0.0.1 localhost | sort -u | xargs)" ORIGIN="$origin" \
		SOCKETS="$sockets" MEDIA="$run/media" WWW="$run/www" \
		CACHE="$run/cache" ETC="$top/etc" UPLOAD_MAX=0 \
		CERTIFICATE="$run/tls.pem" KEY="$run/tls.key" \
		TRACKER_URL="http://$host:$tracker_port" \
		TRACKER_PORT="$tracker_port" RATE=1000000 BURST=100000 \
		API_RATE="${CARDUME_API_RATE:-1000000}" \
		API_BURST="${CARDUME_API_BURST:-100000}" \
		INBOX_RATE="${CARDUME_INBOX_RATE:-1000000}" \
		INBOX_BURST="${CARDUME_INBOX_BURST:-100000}" \
		INBOX_DELAY="${CARDUME_INBOX_BURST:-100000}" \
		CONNECTIONS=10000 <"$top/etc/nginx.conf.in" |
		write_file "$run/nginx-site.conf"
	write_file "$run/nginx.conf" <<-END
	# written by ./dev up: what Debian's own nginx.conf gives in production
	$module
	pid $run/nginx.pid;
	worker_processes 2;
	$([ "$(id -u)$user" != 0root ] || echo 'user root;')
	events { worker_connections 4096; }
	http {
		log_format dev '\$time_iso8601 \$remote_addr \$status \$body_bytes_sent '
			'\$request_time \${upstream_cache_status}- "\$request"';
		access_log $run/log/access.log dev buffer=64k flush=1s;
		client_body_temp_path $run/tmp/body;
		fastcgi_temp_path $run/tmp/fastcgi;
		proxy_temp_path $run/tmp/proxy;
		scgi_temp_path $run/tmp/scgi;
		uwsgi_temp_path $run/tmp/uwsgi;
		include $run/nginx-site.conf;
	}
	END
}

make_certificate() {
	[ ! -s "$run/tls.pem" ] || return 0
	openssl req -x509 -newkey rsa:2048 -nodes -days 3650 \
		-subj "/CN=$host" -addext "subjectAltName=DNS:$host,DNS:localhost,IP:127.0.0.1" \
		-keyout "$run/tls.key" -out "$run/tls.pem" 2>/dev/null
	chmod 600 "$run/tls.key"
	[ "$(id -u)" != 0 ] || chown "$user:" "$run"/tls.{key,pem}
}

# --- processes ----------------------------------------------------------------

# A process is known by its number and the time it was started.
start_time() {
	local stat
	{ stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 1
	# shellcheck disable=SC2086
	set -- ${stat##*) }
	[ "$1" != Z ] && echo "${20}"
}

running() {
	local started
	[ -f "$run/pid/$1" ] && read -r pid started <"$run/pid/$1" &&
		[ "$(start_time "$pid")" = "$started" ]
}

# spawn NAME COMMAND...: in a session of its own, log in RUN/log/NAME.log.
spawn() {
	local name=$1 pid
	shift
	setsid "$@" </dev/null >>"$run/log/$name.log" 2>&1 9>&- &
	pid=$!
	disown $pid
	echo "$pid $(start_time $pid)" >"$run/pid/$name"
}

# Nothing of the caller's environment reaches a program.
clean_environment() {
	clean=(env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME="$run"
		LANG=C.UTF-8 TMPDIR="$run/tmp"
		CARDUME_CONF="$run/cardume.conf" CARDUME_SQL_DIR="$top/sql"
		CARDUME_LOCALEDIR="$build"
		ASAN_OPTIONS="${ASAN_OPTIONS-detect_leaks=0}")
}

# The children of a supervisor end; it starts them anew from the program as it
# is now.
renew() { pkill -TERM -P "$1" || true; }

# multiwatch starts a program again for ever, whatever its end was.
keep_alive=(multiwatch -r 2147483647 -t 0)

start_programs() {
	local pair name
	for pair in "${programs[@]}"; do
		name=${pair%:*}
		start_kept "$name" "$build/cardume-$name" \
			spawn-fcgi -n -s "$sockets/$name.sock" -M 0660 -b 1024 -- \
			"$(command -v multiwatch)" "${keep_alive[@]:1}" \
			-f "${pair#*:}" -- "$build/cardume-$name"
	done
}

start_workers() {
	local pair kinds nr
	for pair in "${workers[@]}"; do
		kinds=${pair%:*} nr=1
		[ "$kinds" = "$pair" ] || nr=${pair#*:}
		# shellcheck disable=SC2086
		start_kept "worker-${kinds%% *}" "$build/workers/cardume-worker" \
			"${keep_alive[@]}" -f "$nr" -- \
			"$build/workers/cardume-worker" $kinds
	done
}

# start_kept NAME BINARY COMMAND...
start_kept() {
	local name=$1 binary=$2 pid
	shift 2
	if running "$name"; then
		if [ "$binary" -nt "$run/pid/$name" ] ||
				[ "$run/cardume.conf" -nt "$run/pid/$name" ]
		then renew "$pid"; fi
		touch "$run/pid/$name"
		return
	fi
	spawn "$name" "${as_user[@]}" "${clean[@]}" "$@"
}

start_tracker() {
	[ ! "$run/opentracker.conf" -nt "$run/pid/opentracker" ] ||
		stop opentracker TERM
	running opentracker && return
	spawn opentracker "${as_user[@]}" "${clean[@]}" \
		opentracker -f "$run/opentracker.conf"
	cut -d' ' -f1 "$run/pid/opentracker" >"$run/tracker/pid"
}

start_nginx() {
	local pid
	if running nginx; then
		kill -HUP "$pid"
		return
	fi
	spawn nginx "${as_user[@]}" "${clean[@]}" nginx -p "$run" \
		-c "$run/nginx.conf" -e stderr -g 'daemon off; error_log stderr;'
}

start_postgres() {
	running postgres && return
	if [ ! -f "$run/pg/PG_VERSION" ]; then
		mkdir -p "$run/pg"
		[ "$(id -u)" != 0 ] || chown www-data: "$run/pg"
		"${as_postgres[@]}" "${clean[@]}" "$pg/initdb" -D "$run/pg" -U admin \
			-A trust -E UTF8 --locale=C.UTF-8 --no-sync \
			>"$run/log/initdb.log" 2>&1 ||
			{ cat "$run/log/initdb.log"; die "initdb failed"; }
	fi
	rm -f "$run/pg/postmaster.pid"
	spawn postgres "${as_postgres[@]}" "${clean[@]}" "$pg/postgres" \
		-D "$run/pg" -k "$sockets/pg" -c listen_addresses= \
		-c unix_socket_permissions=0777 -c shared_buffers=32MB \
		-c max_connections=100 -c max_wal_size=256MB \
		-c fsync="${CARDUME_FSYNC:-on}" -c log_min_messages=warning
	wait_for 15 "PostgreSQL" admin_psql -c 'SELECT 1'
}

admin_psql() {
	"$pg/psql" -X -q -v ON_ERROR_STOP=1 -h "$sockets/pg" -U admin \
		-d postgres "$@" >/dev/null 2>>"$run/log/psql.log"
}

# wait_for SECONDS WHAT COMMAND...
wait_for() {
	local until=$((SECONDS + $1)) what=$2
	shift 2
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -le $until ] ||
			die "$what does not answer; see $run/log"
		sleep 0.05
	done
}

# stop NAME SIGNAL: and whatever it has left in its session.
stop() {
	local pid tries=200
	running "$1" || { rm -f "$run/pid/$1"; return 0; }
	kill "-$2" "$pid" 2>/dev/null || true
	while running "$1" && [ $((tries -= 1)) -gt 0 ]; do
		sleep 0.05
	done
	kill -KILL -- "-$pid" 2>/dev/null || true
	rm -f "$run/pid/$1"
}

stop_all() {
	local file name pid
	for file in "$run"/pid/*; do
		name=${file##*/}
		case $name in
		postgres | '*') ;;
		*) ! running "$name" || kill -TERM "$pid" || true ;;
		esac
	done
	for file in "$run"/pid/*; do
		name=${file##*/}
		[ "$name" = postgres ] || [ "$name" = '*' ] || stop "$name" TERM
	done
	stop postgres INT
}

# --- first steps of an instance ---------------------------------------------

cardume() {
	"${as_user[@]}" "${clean[@]}" \
		CARDUME_ADMIN_DATABASE="host=$sockets/pg dbname=postgres user=admin" \
		"$build/workers/cardume" "$@"
}

make_database() {
	cardume setup >>"$run/log/setup.log" 2>&1 ||
		{ tail -1 "$run/log/setup.log"
		die "cardume setup failed (a new start: ./dev reset)"; }
}

make_root() {
	new_password=
	[ ! -e "$run/root" ] || return 0
	new_password=${CARDUME_ROOT_PASSWORD:-$(openssl rand -base64 15)}
	cardume user create root --email root@localhost --role admin \
		--password-stdin <<<"$new_password" >>"$run/log/setup.log" 2>&1 ||
		{ tail -5 "$run/log/setup.log"; die "user root was not made"; }
	touch "$run/root"
}

# curl SECONDS URL...: of this instance, whatever DNS knows of its host.
ask() {
	curl -sSfk --max-time "$1" --resolve "$host:$port:127.0.0.1" \
		--resolve "$host:${tls_port:-$port}:127.0.0.1" "${@:2}"
}

home_answers() { ask 5 "$origin/" -o /dev/null; }

# One generated clip through the real pipeline.
first_clip() {
	local clip=$run/tmp/clip.mp4 client token channel uuid
	ffmpeg -nostdin -v error -y -f lavfi -i testsrc2=size=640x360:rate=25 \
		-f lavfi -i sine=frequency=440 -t 5 -c:v libx264 -preset veryfast \
		-pix_fmt yuv420p -c:a aac -movflags +faststart "$clip"
	client=$(api oauth-clients/local) || return 1
	token=$(api users/token --data-urlencode username=root \
		--data-urlencode "password=$new_password" \
		-d grant_type=password -d response_type=code \
		-d "client_id=$(field client_id <<<"$client")" \
		-d "client_secret=$(field client_secret <<<"$client")" |
		field access_token)
	channel=$(api users/me -H "Authorization: Bearer $token" |
		field videoChannels 0 id)
	uuid=$(api videos/upload -H "Authorization: Bearer $token" \
		-F "channelId=$channel" -F 'name=A first clip' -F privacy=1 \
		-F "videofile=@$clip;type=video/mp4" | field video uuid)
	rm -f "$clip"
	[ "$uuid" ] && wait_for 60 "the first clip" published "$uuid" ||
		return 1
	say "A first clip is at $origin/w/$uuid"
}

api() { ask 60 "$origin/api/v1/$1" "${@:2}"; }
published() { [ "$(api "videos/$1" | field state id)" = 1 ]; }

# field KEY...: from a JSON document.
field() {
	perl -MJSON::PP -0777 -e 'my $v = decode_json(<STDIN>);
		$v = ref $v eq "ARRAY" ? $v->[$_] : $v->{$_} for @ARGV;
		print $v // "", "\n"' "$@"
}

