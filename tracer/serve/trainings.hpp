// Trainings: they go on between requests, which ask what has happened since the last one. Of each open
// page there is one; of a page that asks no more it is ended.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "tracer/serve/private_folder.hpp"
#include "tracer/serve/runner.hpp"

namespace tracer::serve {

class Trainings {
 public:
  /// `silence`: after so long without a question its page is gone. `most`: how many may run at the
  /// same time.
  explicit Trainings(Runner& runner, std::chrono::seconds silence, std::size_t most = 4);
  ~Trainings();

  /// Begins one, in place of the page's last. `folder` lives as long as it does. Throws Error.
  void start(const std::string& page, Task, std::shared_ptr<PrivateFolder> folder);

  struct News {
    std::string output;          ///< since the last time
    std::optional<Ended> ended;  ///< once it has: with the rest of what it wrote in `output`
    std::shared_ptr<PrivateFolder> folder;
  };
  /// Nothing: the page has none. One that has ended is forgotten with that news.
  std::optional<News> news(const std::string& page);
  /// Asks it to end with what it has learnt so far.
  void stop(const std::string& page);
  /// Ends all.
  void end();

 private:
  struct Training {
    std::shared_ptr<PrivateFolder> folder;
    std::shared_ptr<Run> run;
    std::chrono::steady_clock::time_point asked;
    std::mutex mutex;
    std::optional<Ended> ended;
    std::thread waits;

    ~Training();
  };

  void watch();
  void end_forgotten();

  Runner& runner_;
  std::chrono::seconds silence_;
  std::size_t most_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Training>> by_page_;
  bool is_over_ = false;
  std::condition_variable over_;
  std::thread watcher_;
};

}  // namespace tracer::serve
