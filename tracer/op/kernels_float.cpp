#define TRACER_SCALAR float
#include "tracer/op/kernels.inl"
