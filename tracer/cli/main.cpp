// The program `tracer`: for now it only knows its version.
#include <fmt/core.h>

int main() { fmt::print("tracer {}\n", TRACER_VERSION); }
