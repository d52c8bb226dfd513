#include "tracer/cli/together.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <exception>
#include <thread>

#include <fmt/format.h>

#include "tracer/error.hpp"
#include "tracer/ranks/started.hpp"

namespace tracer::cli {
namespace {

// An error that all have come to: nobody waits for anybody.
struct AllFailed : Error {
  using Error::Error;
};

void fall_silent() {
  const int nowhere = open("/dev/null", O_WRONLY);
  dup2(nowhere, STDOUT_FILENO);
  dup2(nowhere, STDERR_FILENO);
  close(nowhere);
}

}  // namespace

int with_others(const std::function<int(Ranks*)>& body) {
  std::unique_ptr<Ranks> ranks;
  try {
    ranks = start_ranks();
  } catch (const Error&) {
    if (started_processes().rank == 0) throw;
    std::this_thread::sleep_for(std::chrono::seconds(1));  // mpirun ends the first with this one
    return 2;
  }
  if (!ranks) return body(nullptr);
  if (!ranks->is_first()) fall_silent();
  try {
    const int status = body(ranks.get());
    ranks->finish();
    return status;
  } catch (const AllFailed&) {
    if (ranks->is_first()) throw;
    return 0;  // where one ends with a failure mpirun ends the others: the first must have said it
  } catch (const std::exception& error) {
    ranks->say(fmt::format("tracer: process {} of 0 … {}: {}\n", ranks->rank(), ranks->size() - 1,
                           error.what()));
    ranks->abort(2);
    return 2;
  }
}

void agree(Ranks* ranks, const std::function<void()>& preparation) {
  if (ranks == nullptr) return preparation();
  std::exception_ptr failure;
  std::string text;
  try {
    preparation();
  } catch (const Error& error) {
    failure = std::current_exception();
    text = error.what();
    if (text.empty()) text = "failed";
  }
  const std::vector<std::string> all = ranks->gather(text);
  for (std::size_t r = 0; r < all.size(); ++r) {
    if (all[r].empty()) continue;
    ranks->finish();
    throw AllFailed(r == 0 ? all[r] : fmt::format("process {}: {}", r, all[r]));
  }
}

}  // namespace tracer::cli
