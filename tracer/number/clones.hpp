// One portable program that uses the widest vectors of the machine it runs on: a function marked
// TRACER_CLONES is compiled once for each kind of processor, and the right one is picked when the
// program starts. For plain loops over arrays only: nothing with Eigen in it, whose functions are
// chosen when they are compiled.
#pragma once

// The sanitizers do not go with the way in which it is picked.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define TRACER_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define TRACER_CLONES
#endif
