#include "tracer/op/kernels.hpp"

template const tracer::Kernel<tracer::Exact>& tracer::kernel_of(const Operation&);
template const tracer::Kernel<tracer::Uncertain>& tracer::kernel_of(const Operation&);
