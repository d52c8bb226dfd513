#define TRACER_SCALAR Exact
#include "tracer/op/kernels.inl"
