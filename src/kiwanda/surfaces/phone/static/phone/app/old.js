// Browsers that know no modules know no service workers that we could use: they get the plain pages.
location.replace("/m/");
