import {
  to = terraform_data.there
  id = "one"
}

import {
  to = random_integer.there
  id = "3,1,10"
}
