// The tests' main() where Catch2 is 2.13; version 3 brings one (tests/CMakeLists.txt).
#define CATCH_CONFIG_MAIN
#include "tests/catch.hpp"
