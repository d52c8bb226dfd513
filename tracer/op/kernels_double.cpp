#define TRACER_SCALAR double
#include "tracer/op/kernels.inl"
