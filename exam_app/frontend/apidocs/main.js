// Swagger UI on /api/docs. The address of the document comes from the page.
import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";
import "./main.css";

const root = document.getElementById("api-docs");
SwaggerUI({
  domNode: root,
  url: root.dataset.document,
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: -1,
  displayRequestDuration: true,
  persistAuthorization: false,
  validatorUrl: null, // nothing is sent to anybody else
});
