#include "tracer/op/kernels.hpp"

template const tracer::Kernel<float>& tracer::kernel_of(const Operation&);
template const tracer::Kernel<double>& tracer::kernel_of(const Operation&);
