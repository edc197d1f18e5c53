"""Sets up the checkout: environment, ROS 2 and messages. Standard library only, because nothing is installed yet."""
