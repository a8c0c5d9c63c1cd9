"""What leaves the project's folder: a message that a run was judged, and issues for a tracker."""
