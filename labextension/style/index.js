import './index.css';
// An untrusted notebook keeps the classes of our outputs, and loses the styles they bring.
import '../../jupyter_modelreg/commands/results/output.css';
