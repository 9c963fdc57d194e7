.PHONY: demo test check golden bench soak docs

demo:    ## a new service: generated, started, called
	@sh .ci/demo
test:    ## the whole test suite; ARGS go to pytest
	@sh .ci/test $(ARGS)
check:   ## everything that CI runs
	@bash .ci/run
golden:  ## regenerate examples and golden projects
	@sh -c '. .ci/env && "$$PY" tests/golden/regenerate.py'
bench:   ## every figure of the README, measured
	@sh -c '. .ci/env && for b in lint generate serve; do "$$PY" benchmarks/$$b.py $(ARGS) || exit 1; done'
soak:    ## the property tests with many more examples, the kill tests with many more kills
	@sh -c '. .ci/env && HYPOTHESIS_PROFILE=soak "$$PY" -m pytest -n 2 tests -m "not slow or slow" $(ARGS)'
docs:    ## reference pages and schemas from the code
	@sh -c '. .ci/env && "$$PY" docs/reference/build.py'
