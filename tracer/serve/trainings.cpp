#include "tracer/serve/trainings.hpp"

#include <algorithm>
#include <utility>

#include "tracer/error.hpp"

namespace tracer::serve {

using Clock = std::chrono::steady_clock;

Trainings::Training::~Training() {
  if (run) run->cancel();
  if (waits.joinable()) waits.join();
}

Trainings::Trainings(Runner& runner, std::chrono::seconds silence, std::size_t most)
    : runner_(runner), silence_(silence), most_(most), watcher_([this] { watch(); }) {}

Trainings::~Trainings() {
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  over_.notify_all();
  watcher_.join();
  end();
}

// A page that was closed says nothing: somebody has to look.
void Trainings::watch() {
  const auto pause =
      std::max<std::chrono::milliseconds>(silence_ / 10, std::chrono::milliseconds(50));
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      if (over_.wait_for(lock, pause, [this] { return is_over_; })) return;
    }
    end_forgotten();
  }
}

void Trainings::start(const std::string& page, Task task, std::shared_ptr<PrivateFolder> folder) {
  std::shared_ptr<Training> before;  // ends outside of the lock
  const std::lock_guard lock(mutex_);
  if (const auto at = by_page_.find(page); at != by_page_.end()) {
    before = std::move(at->second);
    by_page_.erase(at);
  }
  if (by_page_.size() >= most_)
    throw Error("too many trainings are running; stop one of them, in its own tab");
  const auto training = std::make_shared<Training>();
  training->folder = std::move(folder);
  training->asked = Clock::now();
  training->run = runner_.start(std::move(task));
  // it holds what it needs: the training itself waits for it
  training->waits = std::thread([training = training.get()] {
    Ended ended = training->run->wait();
    const std::lock_guard done(training->mutex);
    training->ended = std::move(ended);
  });
  by_page_[page] = training;
}

std::optional<Trainings::News> Trainings::news(const std::string& page) {
  std::shared_ptr<Training> training;
  const std::lock_guard lock(mutex_);
  const auto at = by_page_.find(page);
  if (at == by_page_.end()) return std::nullopt;
  training = at->second;
  training->asked = Clock::now();
  News news;
  news.folder = training->folder;
  const std::lock_guard done(training->mutex);
  if (training->ended) {
    news.ended = std::move(training->ended);
    news.output = std::move(news.ended->output);
    by_page_.erase(at);
  } else {
    news.output = training->run->take();
  }
  return news;
}

void Trainings::stop(const std::string& page) {
  const std::lock_guard lock(mutex_);
  if (const auto at = by_page_.find(page); at != by_page_.end()) at->second->run->interrupt();
}

void Trainings::end_forgotten() {
  std::map<std::string, std::shared_ptr<Training>> ended;
  const std::lock_guard lock(mutex_);
  for (auto at = by_page_.begin(); at != by_page_.end();) {
    if (Clock::now() - at->second->asked < silence_) {
      ++at;
      continue;
    }
    ended.insert(*at);
    at = by_page_.erase(at);
  }
}

void Trainings::end() {
  std::map<std::string, std::shared_ptr<Training>> all;
  const std::lock_guard lock(mutex_);
  std::swap(all, by_page_);
}

}  // namespace tracer::serve
