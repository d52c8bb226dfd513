#define TRACER_SCALAR Uncertain
#include "tracer/op/kernels.inl"
