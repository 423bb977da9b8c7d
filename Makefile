# Each target is one line of work; what it runs is printed. Maven runs on the JDK that scripts/jdk25.sh finds, because
# the formatter must be able to parse Java 25.
MVN = JAVA_HOME="$$(scripts/jdk25.sh)" mvn -B -ntp

.PHONY: build test sim demo clean bench bench-quick bench-throughput bench-memory \
	bench-latency bench-start bench-rdb bench-sync bench-lag bench-failover bench-partition bench-micro bench-churn format

build: ## Compiles, packs launcher/target/dist and the archive, makes the start-up caches.
	$(MVN) -DskipTests package

test: ## Installs the test tools that are missing, then runs every check and test.
	scripts/install-test-tools.sh
	$(MVN) verify

sim: ## One seed of the sentinels' simulation with its transcript: make sim SEED=42. Without SEED all 10,000.
	$(MVN) -q -Dquick -pl wire,sentinel-verticle test -Dtest=SimulationTest -Dsurefire.failIfNoSpecifiedTests=false \
		$(if $(SEED),-Dvedette.sim.seed=$(SEED))

demo: ## One master, two replicas, three sentinels and the console, until Ctrl-C.
	bin/vedette demo

clean:
	$(MVN) clean

format: ## Brings every source file into the project's format.
	$(MVN) spotless:apply

bench-quick: ## Throughput against redis-server, a few minutes.
	bench/quick.py

bench: ## All that is compared with redis-server, an hour and a half; writes docs/benchmarks/latest.md.
	$(MAKE) bench-throughput bench-memory bench-latency bench-start bench-rdb bench-sync bench-lag bench-failover
	bench/report.py

bench-throughput: ## Ten commands, two sizes, three pipelines, against redis-server; 20 minutes.
	bench/throughput.py

bench-memory: ## Resident memory for the same data, against redis-server; 10 minutes.
	bench/memory.py

bench-rdb: ## Saving and loading 5,000,000 keys, against redis-server; 5 minutes.
	bench/rdb.py

bench-failover: ## Failovers of five kinds, against redis-server and redis-sentinel; half an hour. ARGS="--only kill --rounds 1".
	bench/failover.py $(ARGS)

bench-partition: ## Cuts in the network between the nodes, against redis-server and redis-sentinel; root, 20 minutes. ARGS="--cases master".
	bench/partition.py $(ARGS)

bench-start: ## Time from exec to the first PONG, against redis-server.
	bench/start.py

bench-latency: bench/target/bench.jar ## Latencies at a fixed rate, also while saving and expiring, against redis-server; 10 minutes.
	bench/latency.py

bench-sync: bench/target/bench.jar ## Full synchronizations, their clients' latencies, a link that is cut, against redis-server; 10 minutes.
	bench/sync.py

bench-lag: bench/target/bench.jar ## How far replicas are behind, and what they cost their master, against redis-server; 10 minutes.
	bench/lag.py

bench-micro: bench/target/bench.jar ## Time and bytes of the store's pieces, under 5 minutes. ONLY=regexp, ARGS="JMH's own options".
	$(BENCH_JAVA) dev.vedette.bench.Micro $(ARGS) '$(ONLY)'

BENCH_JAVA = "$$(scripts/jdk25.sh)/bin/java" @launcher/src/dist/jvm/common.options @launcher/src/dist/jvm/store.options \
	-cp 'bench/target/bench.jar:bench/target/lib/*'

bench-churn: bench/target/bench.jar ## What an hour of overwrites and deletes does to memory; 2 minutes. ARGS="keys operations".
	$(BENCH_JAVA) dev.vedette.bench.Churn $(ARGS)

bench/target/bench.jar: $(shell find wire store-verticle replication-verticle bench -path '*/src/main/*' -name '*.java')
	$(MVN) -DskipTests -pl bench -am package
	touch $@
