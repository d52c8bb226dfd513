// `./run bench derive`: how long a derivation takes, and a training step of the tape.
#pragma once

namespace tracer::bench {

/// Measures and prints; takes a minute.
void derive_bench();

}  // namespace tracer::bench
