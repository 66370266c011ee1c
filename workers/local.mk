# What the folder workers adds.
sbin_PROGRAMS += workers/cardume
workers_cardume_SOURCES = \
	workers/cardume.c workers/cardume.h \
	workers/cardume_check.c \
	workers/cardume_job.c \
	workers/cardume_migrate.c \
	workers/cardume_setting.c \
	workers/cardume_setup.c \
	workers/cardume_user.c
workers_cardume_LDADD = $(CARDUME_LIBS)
