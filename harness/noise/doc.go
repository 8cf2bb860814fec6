// Package noise observes what the machine does while trials run.
//
// None of it makes a pair invalid: the arms of a block run in random order, so that noise widens an interval and does
// not bend it. Leaving out trials for what an arm itself causes, such as load or pressure, leaves out slow arms for
// being slow: in simulation that finds a difference between identical arms in 8 to 13 of 100 runs. What others took,
// processes that are not the harness's and a hypervisor, may rank blocks by how calm they were, as long as a run's own
// trials show that it does not depend on the arm.
package noise
