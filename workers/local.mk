# What the folder workers adds.
sbin_PROGRAMS += workers/cardume
workers_cardume_SOURCES = \
	workers/cardume.c workers/cardume.h \
	workers/cardume_check.c \
	workers/cardume_host.c \
	workers/cardume_inbox.c \
	workers/cardume_job.c \
	workers/cardume_metrics.c \
	workers/cardume_migrate.c \
	workers/cardume_setting.c \
	workers/cardume_setup.c \
	workers/cardume_signal.c \
	workers/cardume_user.c
workers_cardume_LDADD = $(CARDUME_LIBS)

sbin_PROGRAMS += workers/cardume-worker
workers_cardume_worker_SOURCES = \
	workers/worker.c \
	workers/work.c workers/work.h \
	workers/deliver.c workers/deliver.h \
	workers/deliver_cache.c \
	workers/deliver_proof.c \
	workers/deliver_send.c \
	workers/deliver_visit.c \
	workers/diaspora.c workers/diaspora.h \
	workers/diaspora_person.c \
	workers/ffmpeg.c workers/ffmpeg.h \
	workers/ffmpeg_arguments.c \
	workers/files.c workers/files.h \
	workers/hls.c workers/hls.h \
	workers/plan.c workers/plan.h \
	workers/fetch.c \
	workers/fetch_picture.c workers/fetch_picture.h \
	workers/image.c \
	workers/inbox.c workers/inbox.h \
	workers/inbox_batch.c \
	workers/inbox_signer.c \
	workers/link.c workers/link.h \
	workers/mail.c \
	workers/notify.c \
	workers/publish.c \
	workers/remove.c \
	workers/resolve.c workers/resolve.h \
	workers/resolve_fetch.c \
	workers/redundancy.c workers/redundancy.h \
	workers/redundancy_playlist.c \
	workers/sharing.c \
	workers/sweep.c \
	workers/tracker.c \
	workers/viewing.c \
	workers/transcode.c workers/transcode.h \
	workers/transcode_make.c
workers_cardume_worker_LDADD = $(CARDUME_LIBS) $(CURL_LIBS)

sbin_PROGRAMS += cardume-signal
SIGNAL_HUB = \
	workers/signal_address.c workers/signal_address.h \
	workers/signal_guest.h \
	workers/signal_hub.c workers/signal_hub.h \
	workers/signal_list.c workers/signal_list.h \
	workers/signal_message.c workers/signal_message.h \
	workers/signal_swarm.c workers/signal_swarm.h
cardume_signal_SOURCES = \
	workers/signal.c \
	$(SIGNAL_HUB) \
	workers/signal_feed.c workers/signal_feed.h \
	workers/signal_feed_serve.c \
	workers/signal_socket.c workers/signal_socket.h
cardume_signal_CFLAGS = $(AM_CFLAGS) $(LWS_CFLAGS)
cardume_signal_LDADD = $(CARDUME_LIBS) $(LWS_LIBS)

pkglibexec_PROGRAMS += workers/cardume-probe
workers_cardume_probe_SOURCES = workers/probe.c
workers_cardume_probe_CFLAGS = $(AM_CFLAGS) $(AVFORMAT_CFLAGS)
workers_cardume_probe_LDADD = $(AVFORMAT_LIBS) $(DEPS_LIBS)
